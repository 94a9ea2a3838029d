DROP TABLE ops_state;
