"""Reads a table of Delta's by delta-rs: FOLDER DATE TIME [VERSION].

Prints JSON: rows and files of all, of the date, rows from the time on, and of the version.
"""
import datetime
import json
import sys

import pyarrow.dataset
from deltalake import DeltaTable


def found(read):
    return {"rows": read.to_pyarrow_dataset().count_rows(), "files": len(read.file_uris())}


def main(folder, date, time, version=None):
    read = DeltaTable(folder)
    rows = read.to_pyarrow_dataset()
    by_date = pyarrow.dataset.field("event_date") == datetime.date.fromisoformat(date)
    by_time = pyarrow.dataset.field("event_datetime") >= datetime.datetime.fromisoformat(time)
    result = {
        "all": found(read),
        "date": {
            "rows": rows.count_rows(filter=by_date),
            "files": len(read.file_uris(partition_filters=[("event_date", "=", date)])),
        },
        "time": {"rows": rows.count_rows(filter=by_time)},
        "columns": [field.name for field in read.schema().fields],
        "version": read.version(),
    }
    if version is not None:
        read.load_as_version(int(version))
        result["before"] = found(read)
    print(json.dumps(result))


main(*sys.argv[1:])
