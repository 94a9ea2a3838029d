-- How many accounts were active in each day, week (from Monday) and month of Asia/Shanghai; `begins` is its first day.
CREATE TABLE active_users (
    period TEXT NOT NULL CHECK (period IN ('DAY', 'WEEK', 'MONTH')),
    begins TEXT NOT NULL,
    users INTEGER NOT NULL CHECK (users >= 0),
    PRIMARY KEY (period, begins)
) STRICT, WITHOUT ROWID;
