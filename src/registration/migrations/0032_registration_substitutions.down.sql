DROP TABLE substitution;
