DROP TABLE specd_stages;
DROP TABLE specd_secrets;
ALTER TABLE specd_keys DROP COLUMN last_used_at;
