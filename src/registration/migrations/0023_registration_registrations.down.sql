DROP TABLE review;
DROP TABLE allocation;
DROP TABLE registration;
