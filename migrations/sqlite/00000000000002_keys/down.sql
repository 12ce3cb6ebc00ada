DROP TABLE specd_keys;
