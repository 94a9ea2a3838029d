#include "cli/command.h"

int main(int argc, char** argv) {
    return rt::cli::Main(argc, argv);
}
