DROP INDEX registration_returned;
DROP INDEX registration_deficient;
