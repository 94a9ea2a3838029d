DROP TABLE avalon_restriction;
DROP TABLE avalon_report;
DROP TABLE avalon_block;
