DROP TABLE specd_sequences;
DROP TABLE specd_tables;
DROP TABLE specd_revisions;
