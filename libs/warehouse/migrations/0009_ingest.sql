-- An insert of up to some 100,000 events is written as one compact part, six files instead of sixty: making and deleting
-- the files is a good part of what a small part costs. The parts that these are merged into are wide as before.
ALTER TABLE {{table:event_store}} {{on_cluster}} MODIFY SETTING min_bytes_for_wide_part = 134217728, min_parts_to_merge_at_once = 10;
ALTER TABLE {{table:event_identities}} {{on_cluster}} MODIFY SETTING min_parts_to_merge_at_once = 10;
ALTER TABLE {{table:deal_keys}} {{on_cluster}} MODIFY SETTING min_parts_to_merge_at_once = 10;
ALTER TABLE {{table:deals_by_key}} {{on_cluster}} MODIFY SETTING min_parts_to_merge_at_once = 10;
