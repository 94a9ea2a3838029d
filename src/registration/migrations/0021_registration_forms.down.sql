DROP TABLE answer_set;
DROP TABLE form_version;
DROP TABLE form;
