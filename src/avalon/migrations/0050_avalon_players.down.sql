DROP TABLE avalon_achievement;
DROP TABLE avalon_stat;
DROP TABLE avalon_player;
