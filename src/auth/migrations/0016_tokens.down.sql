DROP TABLE device_pairing;
DROP TABLE device;
DROP TABLE api_token;
