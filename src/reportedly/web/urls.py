"""Addresses of the public site."""

from django.urls import path, re_path
from django.urls.resolvers import URLPattern

from reportedly.web import feeds, searching, views

FEED = r"feed\.(?P<format>rss|atom|json)$"

urlpatterns: list[URLPattern] = [
    path("", views.front, name="front"),
    re_path(rf"^{FEED}", feeds.front, name="front-feed"),
    path("subjects/", views.subjects, name="subjects"),
    path("subjects/<str:name>/", views.subject, name="subject"),
    re_path(rf"^subjects/(?P<name>[^/]+)/{FEED}", feeds.subject, name="subject-feed"),
    path("reports/<int:id>/", views.report, name="report"),
    path("stories/", views.stories, name="stories"),
    path("stories/<int:id>/", views.story, name="story"),
    re_path(rf"^stories/(?P<id>\d+)/{FEED}", feeds.story, name="story-feed"),
    path("outlets/", views.outlets, name="outlets"),
    path("outlets/<str:slug>/", views.outlet, name="outlet"),
    re_path(rf"^outlets/(?P<slug>[^/]+)/{FEED}", feeds.outlet, name="outlet-feed"),
    path("voices/<str:name>/", views.voice, name="voice"),
    path("search/", searching.search, name="search"),
    re_path(rf"^search/{FEED}", feeds.search, name="search-feed"),
    path("about/", views.about, name="about"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("healthz", views.health, name="health"),
]

handler400 = views.bad_request
handler404 = views.not_found
handler500 = views.server_error
