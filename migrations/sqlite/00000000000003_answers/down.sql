DROP TABLE specd_answers;
