DROP TABLE event_view;
