"""Our reading vocabulary: for each page of the site, the function that reads it from the store as one frozen value.

Nothing here writes, renders, or asks the store once per item: every function says how many queries it needs.
"""

from reportedly.wire.listings.front import FrontPage, latest_reports, read_front_page
from reportedly.wire.listings.items import (
    FIRST,
    BadPlace,
    Heard,
    Listed,
    Listing,
    Place,
    Turn,
    reports_in_order,
)
from reportedly.wire.listings.outlets import OutletPage, OutletsPage, outlet_id, read_outlet_page, read_outlets
from reportedly.wire.listings.reports import ReportPage, read_report_page
from reportedly.wire.listings.said import Statement
from reportedly.wire.listings.stories import (
    StoriesPage,
    StoryLink,
    StoryPage,
    read_stories_page,
    read_story_page,
    story_listing,
)
from reportedly.wire.listings.subjects import (
    SubjectLink,
    SubjectPage,
    SubjectsIndex,
    near_subjects,
    read_subject_page,
    read_subjects_index,
    subject_id,
)
from reportedly.wire.listings.updates import updated
from reportedly.wire.listings.voices import VoicePage, read_voice_page, voice_slug

__all__ = [
    "FIRST",
    "BadPlace",
    "FrontPage",
    "Heard",
    "Listed",
    "Listing",
    "OutletPage",
    "OutletsPage",
    "Place",
    "ReportPage",
    "Statement",
    "StoriesPage",
    "StoryLink",
    "StoryPage",
    "SubjectLink",
    "SubjectPage",
    "SubjectsIndex",
    "Turn",
    "VoicePage",
    "latest_reports",
    "near_subjects",
    "outlet_id",
    "read_front_page",
    "read_outlet_page",
    "read_outlets",
    "read_report_page",
    "read_stories_page",
    "read_story_page",
    "read_subject_page",
    "read_subjects_index",
    "read_voice_page",
    "reports_in_order",
    "story_listing",
    "subject_id",
    "updated",
    "voice_slug",
]
