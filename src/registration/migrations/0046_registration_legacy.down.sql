DROP TABLE legacy_payment;
DROP TABLE legacy_record;
