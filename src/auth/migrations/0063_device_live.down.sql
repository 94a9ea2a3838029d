DROP INDEX device_live;
