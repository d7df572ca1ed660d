using System.CommandLine;

namespace RealTimeActors.Server.CommandLine.Remote.State;

/// <summary><c>realtime state</c>: reads and changes the shared state of a channel.</summary>
internal static class StateCommand
{
    internal static Command Create() => new("state", "Reads and changes the shared state of a channel.")
    {
        GetCommand.Create(),
        ChangeCommand.Create("set", HttpMethod.Put, "Sets an entry as a whole."),
        ChangeCommand.Create("merge", HttpMethod.Patch, "Merges into an entry (RFC 7396): members replace those of their names, null takes away."),
        ChangeCommand.Create("delete", HttpMethod.Delete, "Deletes an entry."),
        ChangeCommand.Create("increment", HttpMethod.Post, "Adds to numbers, as '{\"amount\": 100}'."),
        ChangeCommand.Create("add", HttpMethod.Post, "Adds members to sets, as '{\"offices\": [\"tokyo\"]}'."),
        ChangeCommand.Create("remove", HttpMethod.Post, "Takes members out of sets, as '{\"offices\": [\"tokyo\"]}'."),
        HistoryCommand.Create(),
    };

    internal static Argument<string> Channel() => new("CHANNEL") { Description = "Whose state, as funding.grants." };

    internal static Argument<string> Key() => new("KEY") { Description = "Which entry, as grant-7." };

    /// <summary>The address of the state, or of one entry.</summary>
    internal static string Address(string channel, string? key)
        => $"/v1/channels/{Segment.Of("CHANNEL", channel)}/state{(key is null ? "" : $"/{Segment.Of("KEY", key)}")}";
}
