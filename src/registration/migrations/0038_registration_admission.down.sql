DROP TABLE lottery_rank;
DROP TABLE admission_step;
DROP TABLE admission_ticket;
DROP TABLE admission;
