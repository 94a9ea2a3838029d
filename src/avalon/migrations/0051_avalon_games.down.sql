DROP TABLE avalon_share;
DROP TABLE avalon_board;
DROP TABLE avalon_seat;
DROP TABLE avalon_game_log;
DROP TABLE avalon_game;
