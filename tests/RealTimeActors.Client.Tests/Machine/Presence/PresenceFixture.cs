using System.Text;
using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.Presence;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine.Presence;

/// <summary>What tests of presence say and see.</summary>
internal static class PresenceFixture
{
    internal static long Enter(this MachineFixture client, string state, string channel = "room") => client.Machine.Enter(client.Now, channel, Encoding.UTF8.GetBytes(state));

    internal static long Leave(this MachineFixture client, string channel = "room") => client.Machine.Leave(client.Now, channel);

    /// <summary>What went out about presence: <c>room=1</c>, or <c>room left</c>.</summary>
    internal static List<string> TakeSaid(this MachineFixture client) =>
        client.TakeFrames().OfType<ClientFrame.Presence>().Select(Said).ToList();

    internal static string Said(ClientFrame.Presence frame) => frame.Leave ? $"{frame.Channel} left" : $"{frame.Channel}={Encoding.UTF8.GetString(frame.State.Span)}";

    /// <summary>Takes the one frame that goes out, and answers it.</summary>
    internal static List<ClientEffect> Take(this MachineFixture client, Func<long, ServerFrame> answer)
    {
        client.Receive(answer(client.TakeFrame<ClientFrame.Presence>().Id));
        return client.Take();
    }

    internal static ServerFrame.Ok Ok(long id) => new() { Id = id };

    /// <summary>A client that is there with this state, and the effects taken.</summary>
    internal static MachineFixture Present(string state)
    {
        var client = MachineFixture.Connected();
        client.Enter(state);
        client.Take(Ok);
        return client;
    }

    internal static Member Member(string session, string state = "1") => new(session, "u-" + session, Encoding.UTF8.GetBytes(state));

    internal static ServerFrame.PresenceDiff Full(long count, params string[] sessions) => Joined(count, sessions) with { Kind = PresenceKind.Full };

    internal static ServerFrame.PresenceDiff Joined(long count, params string[] sessions) => new("room", [.. sessions.Select(session => Member(session))], [], [], count);

    internal static ServerFrame.PresenceDiff Gone(long count, params string[] sessions) => new("room", [], [.. sessions.Select(session => Member(session, "null"))], [], count);

    internal static ServerFrame.PresenceDiff Counted(long count) => new("room", [], [], [], count) { Kind = PresenceKind.Count };

    /// <summary>What is seen: <c>2: a=1 b=1</c>, <c>2</c> where only the number is known, with a <c>?</c> where that is how it was; <c>nothing</c>.</summary>
    internal static string Seen(this MachineFixture client) => Text(client.Machine.PresenceOf("room"));

    internal static string Text(PresenceSnapshot snapshot) => snapshot switch
    {
        { Count: null } => "nothing",
        { Members: null } => $"{snapshot.Count}{(snapshot.IsCurrent ? "" : "?")}",
        _ => $"{snapshot.Count}: {string.Join(' ', snapshot.Members.Values.Select(member => $"{member.Session}={Encoding.UTF8.GetString(member.State.Span)}"))}{(snapshot.IsCurrent ? "" : "?")}",
    };
}
