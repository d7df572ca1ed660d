using Npgsql;
using RealTimeActors.Actors;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Persistence.PostgreSql.Connections;

namespace RealTimeActors.Persistence.PostgreSql.Membership;

/// <summary>The table of nodes. What changes it locks the one row with the number of the view, so that the views of all nodes are one sequence.</summary>
internal sealed class PostgreSqlMembers : IMembershipStore, IAsyncDisposable
{
    private readonly CallLine<MembershipReply> _calls;

    internal PostgreSqlMembers(Database database, PostgreSqlOptions options) =>
        _calls = new CallLine<MembershipReply>(database, options, (message, tag) => new MembershipReply.Failed(message, tag));

    public void Announce(NodeAnnouncement announcement, TimeSpan silentAfter, object? tag, IActorRef<MembershipReply> replyTo)
    {
        ArgumentNullException.ThrowIfNull(announcement);
        ArgumentException.ThrowIfNullOrEmpty(announcement.Node, nameof(announcement));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(silentAfter, TimeSpan.Zero);
        _calls.Add(connection => AnnounceAsync(connection, announcement, silentAfter, tag), tag, replyTo);
    }

    public void Beat(NodeIncarnation self, double load, TimeSpan silentAfter, object? tag, IActorRef<MembershipReply> replyTo)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(silentAfter, TimeSpan.Zero);
        _calls.Add(connection => BeatAsync(connection, self, load, silentAfter, tag), tag, replyTo);
    }

    public void DeclareDead(NodeIncarnation whom, NodeIncarnation by, bool isCertain, object? tag, IActorRef<MembershipReply> replyTo) =>
        _calls.Add(connection => DeclareDeadAsync(connection, whom, by, isCertain, tag), tag, replyTo);

    public void Leave(NodeIncarnation self, object? tag, IActorRef<MembershipReply> replyTo) => _calls.Add(connection => LeaveAsync(connection, self, tag), tag, replyTo);

    public void Look(object? tag, IActorRef<MembershipReply> replyTo) => _calls.Add(connection => SeeAsync(connection, tag), tag, replyTo);

    /// <summary>The same for who can wait.</summary>
    internal Task<MembershipReply> AnnounceAsync(NodeAnnouncement announcement, TimeSpan silentAfter) =>
        _calls.CallAsync(connection => AnnounceAsync(connection, announcement, silentAfter, null));

    internal Task<MembershipReply> BeatAsync(NodeIncarnation self, TimeSpan silentAfter) => _calls.CallAsync(connection => BeatAsync(connection, self, 0, silentAfter, null));

    internal Task<MembershipReply> LeaveAsync(NodeIncarnation self) => _calls.CallAsync(connection => LeaveAsync(connection, self, null));

    public ValueTask DisposeAsync() => _calls.DisposeAsync();

    private static async Task<MembershipReply> AnnounceAsync(NpgsqlConnection connection, NodeAnnouncement announcement, TimeSpan silentAfter, object? tag)
    {
        NodeIncarnation self;
        await using (var command = connection.Command(
            "SELECT * FROM announce($1, $2, $3, $4)",
            announcement.Node, announcement.Address, announcement.Roles.Order(StringComparer.Ordinal).ToArray(), silentAfter.Milliseconds()))
        {
            await using var row = await command.ExecuteReaderAsync();
            await row.ReadAsync();
            self = new NodeIncarnation(announcement.Node, row.GetInt64(1));
            if (row.GetString(0) != "announced")
                return new MembershipReply.NameTaken(self, TimeSpan.FromMilliseconds(row.GetInt64(2)), tag);
        }

        return new MembershipReply.Announced(self, await ViewAsync(connection), tag);
    }

    private static async Task<MembershipReply> BeatAsync(NpgsqlConnection connection, NodeIncarnation self, double load, TimeSpan silentAfter, object? tag)
    {
        await using var command = connection.Command(
            "UPDATE members SET load = $3, until = clock_timestamp() + $4 * interval '1 millisecond' WHERE node = $1 AND incarnation = $2", self.Node, self.Number, load, silentAfter.Milliseconds());
        return await command.ExecuteNonQueryAsync() == 0 ? new MembershipReply.NoMember(self, tag) : await SeeAsync(connection, tag);
    }

    private static async Task<MembershipReply> DeclareDeadAsync(NpgsqlConnection connection, NodeIncarnation whom, NodeIncarnation by, bool isCertain, object? tag)
    {
        await using (var command = connection.Command("SELECT * FROM declare_dead($1, $2, $3, $4, $5)", whom.Node, whom.Number, by.Node, by.Number, isCertain))
        {
            await using var row = await command.ExecuteReaderAsync();
            await row.ReadAsync();
            switch (row.GetString(0))
            {
                case "no-member":
                    return new MembershipReply.NoMember(by, tag);
                case "alive":
                    return new MembershipReply.StillAlive(whom, TimeSpan.FromMilliseconds(row.GetInt64(1)), tag);
            }
        }

        return await SeeAsync(connection, tag);
    }

    private static async Task<MembershipReply> LeaveAsync(NpgsqlConnection connection, NodeIncarnation self, object? tag)
    {
        // Who leaves is certain of it.
        await using (var command = connection.Command("SELECT FROM declare_dead($1, $2, $1, $2, true)", self.Node, self.Number))
            await command.ExecuteNonQueryAsync();

        return await SeeAsync(connection, tag);
    }

    private static async Task<MembershipReply> SeeAsync(NpgsqlConnection connection, object? tag) => new MembershipReply.Seen(await ViewAsync(connection), tag);

    /// <summary>Number and members in one statement: they are of one moment.</summary>
    private static async Task<MembershipView> ViewAsync(NpgsqlConnection connection)
    {
        await using var command = connection.Command(
            "SELECT v.number, m.node, m.incarnation, m.address, m.roles, m.load, ms_until(m.until) FROM membership v LEFT JOIN members m ON true ORDER BY m.node");
        await using var row = await command.ExecuteReaderAsync();
        var (number, members) = (0L, new List<ClusterMember>());
        while (await row.ReadAsync())
        {
            number = row.GetInt64(0);
            if (!row.IsDBNull(1))
            {
                members.Add(new ClusterMember(
                    new NodeIncarnation(row.GetString(1), row.GetInt64(2)), row.GetString(3), row.GetFieldValue<string[]>(4), row.GetDouble(5), TimeSpan.FromMilliseconds(row.GetInt64(6))));
            }
        }

        return new MembershipView(number, members);
    }
}
