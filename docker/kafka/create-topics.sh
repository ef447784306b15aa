#!/bin/sh
# Creates the topics that are missing; one that is there stays as it is, with its partitions and its retention.
set -eu

day_ms=86400000

create() {
  /opt/kafka/bin/kafka-topics.sh --bootstrap-server "$BROKERS" --create --if-not-exists --topic "$1" \
    --partitions "$PARTITIONS" --replication-factor "$REPLICATION" --config "retention.ms=$(($2 * day_ms))"
}

# What came in is kept for two weeks: as long, a faulty mapping can be mended and its records read again.
create "$PLUMBLINE_TOPIC_SALESFORCE" 14
create "$PLUMBLINE_TOPIC_HUBSPOT" 14
create "$PLUMBLINE_TOPIC_PIPEDRIVE" 14
create "$PLUMBLINE_TOPIC_GOOGLE" 14
create "$PLUMBLINE_TOPIC_MICROSOFT" 14
create "$PLUMBLINE_TOPIC_EVENTS" 14

# ClickHouse has these, too: the topic only has to outlast a scorer that is down.
create "$PLUMBLINE_TOPIC_DEAL_EVENTS" 7
create "$PLUMBLINE_TOPIC_DEAD_LETTERS" 30
create "$PLUMBLINE_TOPIC_ALERTS" 30
