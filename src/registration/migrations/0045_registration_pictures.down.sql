DROP TABLE event_picture;
