import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Pages are looked at again. A store made before has nothing planned; what it collects from now on is."""

    dependencies = [("wire", "0001_first")]

    operations = [
        migrations.CreateModel(
            name="SecondLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, unique=True)),
                ("host", models.CharField(max_length=255)),
                ("etag", models.CharField(blank=True, max_length=1000)),
                ("last_modified", models.CharField(blank=True, max_length=200)),
                ("body_hash", models.CharField(max_length=64)),
                ("said", models.BinaryField()),
                ("collected", models.DateTimeField()),
                ("asked", models.DateTimeField()),
                ("moment", models.DateTimeField()),
                ("due", models.DateTimeField(db_index=True)),
                ("looks", models.PositiveSmallIntegerField(default=0)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                (
                    "outlet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="second_looks", to="wire.outlet"
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="wire.takenpage"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["host", "due"], name="look_by_host")]},
        ),
        # Nullable, so that SQLite adds the column without writing the whole table anew.
        migrations.AddField(model_name="takenpage", name="look", field=models.PositiveSmallIntegerField(null=True)),
        migrations.RemoveIndex(model_name="takenpage", name="page_by_outlet"),
        migrations.AddIndex(
            model_name="takenpage",
            index=models.Index(fields=["outlet", "-taken_in", "outcome", "look"], name="page_by_outlet"),
        ),
    ]
