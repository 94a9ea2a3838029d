DROP TABLE offer;
DROP TABLE waitlist_line;
DROP TABLE waitlist_entry;
