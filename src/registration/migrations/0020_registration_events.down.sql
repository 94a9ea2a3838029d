DROP TABLE friendly_no;
DROP TABLE quota_ledger;
DROP TABLE quota_bind;
DROP TABLE quota;
DROP TABLE division;
DROP TABLE event;
DROP TABLE person;
DROP TABLE org;
