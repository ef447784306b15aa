"""Reads from the interface with clickhouse-connect, and says what it got as one line of JSON.

Argument: the port on this machine.
"""

import datetime
import json
import sys

import clickhouse_connect
from clickhouse_connect.driver.exceptions import ClickHouseError

client = clickhouse_connect.get_client(
    host="127.0.0.1", port=int(sys.argv[1]), username="viewer", database="plumbline", compress=sys.argv[2]
)


def refusal(action):
    try:
        action()
    except ClickHouseError as error:
        return str(error)
    return None


text = "O'Hara \\ \n\t €"
moment = datetime.datetime(2026, 1, 2, 3, 4, 5)
deal = client.query("SELECT deal_id, health, opened_at, finding_kinds FROM deal_health_now").result_rows[0]
with client.query_row_block_stream("SELECT number, toString(number) FROM numbers(200000)") as stream:
    streamed = sum(len(block) for block in stream)

print(
    json.dumps(
        {
            "version": client.server_version,
            "deal": [deal[0], deal[1], deal[2].isoformat(), deal[3]],
            "parameters": client.query(
                "SELECT {a:String} = {b:String}, {list:Array(UInt8)}, {t:DateTime}",
                parameters={"a": text, "b": text, "list": [1, 2], "t": moment},
            ).result_rows[0][:2],
            "streamed": streamed,
            "command": client.command("SELECT count() FROM events"),
            "raw": client.raw_query("SELECT 1, 'a'", fmt="CSV").decode(),
            "tables": client.command("EXISTS TABLE deal_health_now"),
            "drop": refusal(lambda: client.command("DROP TABLE events")),
            "insert": refusal(lambda: client.insert("events", [["x"]], column_names=["deal_id"])),
            "file": refusal(lambda: client.query("SELECT * FROM file('/etc/passwd')")),
        }
    )
)
