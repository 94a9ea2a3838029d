DROP TABLE account_end;
