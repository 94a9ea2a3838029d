// Clubs above teams, for tests on a store.
#pragma once

#include <string>

#include "base/encoding.h"
#include "registration/domain/invite_code.h"
#include "registration/store/clubs.h"
#include "support/registration_world.h"

namespace rt::testing {

// A club of the event's organisation.
inline store::Club NewClub(World& world, const OpenEvent& event, const std::string& name) {
    store::Club club;
    club.id = world.ids.Next<store::ClubId>();
    club.public_id = base::NewPublicId(world.random);
    club.organisation = event.event.organisation;
    club.name = club.name_norm = name;
    club.code_hash = world.privacy.BlindIndex("club", registration::NewInviteCode(world.random));
    const auto insert = [&](store::Writer& w, store::Commit& c) { return store::InsertClub(w, c, club); };
    REQUIRE(world.Write(World::Organiser(), 8, insert).ok());
    return club;
}

// So many entries of each club in the first division.
inline void LimitClubs(World& world, const OpenEvent& event, std::int64_t entries_max) {
    const auto set = [&](store::Writer& w, store::Commit& c) {
        return store::SetClubLimit(w, c, event.event.id, event.divisions.at(0).id, entries_max);
    };
    REQUIRE(world.Write(World::Organiser(), 8, set).ok());
}

inline Status PlayFor(World& world, const std::string& team, std::int64_t captain, store::ClubId club) {
    return world.Write(World::User(captain), 8,
                       [&](store::Writer& w, store::Commit& c) { return store::SetClub(w, c, team, club); });
}

}  // namespace rt::testing
