"""Reads a table of Iceberg's by pyiceberg: FROM DATE TIME [SNAPSHOT].

FROM is a catalog's http address, or the place of a table's newest metadata, which is registered in a catalog in a file of SQLite.
Prints JSON: rows and files of all, of the date, from the time on, and of the snapshot.
"""
import json
import os
import sys
import tempfile

from pyiceberg.catalog import load_catalog
from pyiceberg.expressions import AlwaysTrue, EqualTo, GreaterThanOrEqual

NAME = ("lake", "user_actions")


def table(place, folder):
    if place.startswith("http:"):
        return load_catalog("rest", type="rest", uri=place).load_table(NAME)
    catalog = load_catalog("sqlite", type="sql", uri="sqlite:///" + os.path.join(folder, "catalog.db"), warehouse="file://" + folder)
    catalog.create_namespace(NAME[0])
    return catalog.register_table(NAME, place)


def found(scan):
    return {"rows": scan.to_arrow().num_rows, "files": len(list(scan.plan_files()))}


def main(place, date, time, snapshot=None):
    with tempfile.TemporaryDirectory() as folder:
        read = table(place, folder)
        result = {
            "all": found(read.scan(AlwaysTrue())),
            "date": found(read.scan(EqualTo("event_date", date))),
            "time": found(read.scan(GreaterThanOrEqual("event_datetime", time))),
            "columns": [field.name for field in read.schema().fields],
            "snapshots": [one.snapshot_id for one in read.snapshots()],
        }
        if snapshot is not None:
            result["snapshot"] = found(read.scan(snapshot_id=int(snapshot)))
        print(json.dumps(result))


main(*sys.argv[1:])
