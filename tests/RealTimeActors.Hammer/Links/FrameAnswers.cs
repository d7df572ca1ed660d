using System.Text;
using System.Text.Json;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Hammer.Links;

/// <summary>What is asked, and what the answers mean, where frames go to and fro.</summary>
internal static class FrameAnswers
{
    internal static ClientFrame Read(long id, string channel) => new ClientFrame.Read { Id = id, Channel = channel, What = "state", Key = StateLinks.Key };

    internal static ClientFrame CompareAndSet(long id, string channel, long version, string value, string mutationId) => new ClientFrame.Mutate
    {
        Id = id,
        Channel = channel,
        Key = StateLinks.Key,
        Operation = "set",
        Value = Encoding.UTF8.GetBytes(value),
        IfVersion = version,
        MutationId = mutationId,
    };

    internal static Seen SeenOf(ServerFrame answer) => answer is ServerFrame.Page { What: "state" } page
        ? page.Entries is [var entry] ? Of(entry.Version, entry.Value) : Seen.Nothing
        : throw Unexpected(answer);

    internal static Outcome OutcomeOf(ServerFrame answer)
    {
        if (answer is not ServerFrame.Mutated mutated)
            throw Unexpected(answer);

        var present = mutated.Value.IsEmpty ? Seen.Nothing : Of(mutated.Version, mutated.Value);
        return mutated.Result switch
        {
            "applied" => new Outcome(false, present, mutated.Offset, mutated.Duplicate),
            "rejected" => new Outcome(true, present, 0, mutated.Duplicate),
            _ => throw new InvalidOperationException($"A compare-and-set is expected to be applied or rejected; {mutated.Result} came ({mutated.Reason})."),
        };
    }

    /// <summary>An answer that leaves it open is waited out; any other is a fault of this program or of the server, and is not.</summary>
    private static Exception Unexpected(ServerFrame answer) => answer is ServerFrame.Error { Code: ErrorCode.Overloaded or ErrorCode.Timeout } later
        ? new LinkException(later.Message)
        : new InvalidOperationException($"An answer is expected; {answer} came.");

    private static Seen Of(long version, ReadOnlyMemory<byte> value)
    {
        using var json = JsonDocument.Parse(value);
        return Seen.Of(version, json.RootElement);
    }
}
