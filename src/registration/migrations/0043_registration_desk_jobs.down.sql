DROP TABLE desk_job_item;
DROP TABLE desk_job;
