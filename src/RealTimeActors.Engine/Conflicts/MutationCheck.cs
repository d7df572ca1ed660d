using System.Text;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>What is wrong with a mutation whatever the state and the rules are.</summary>
internal static class MutationCheck
{
    private const int MutationIdLengthMax = 256;

    /// <summary>What is wrong; null: nothing.</summary>
    internal static (ErrorCode Code, string Text)? Wrong(Mutation m, StateLimits limits)
    {
        if (m.Key.Length == 0 || Encoding.UTF8.GetByteCount(m.Key) > limits.KeyBytesMax || !IsText(m.Key))
            return (ErrorCode.BadRequest, $"A key is text of 1 to {limits.KeyBytesMax} bytes; one of {Encoding.UTF8.GetByteCount(m.Key)} bytes came.");

        if (!Enum.IsDefined(m.Operation))
            return (ErrorCode.BadRequest, $"The operation is expected to be {MutationOperations.All}.");

        if (m.MutationId is { } id && (id.Length > MutationIdLengthMax || !IsText(id)))
            return (ErrorCode.BadRequest, $"A mutationId is text of at most {MutationIdLengthMax} characters; one of {id.Length} came.");

        if (m.IfVersion < Mutation.MustExist || m.BaseVersion < 0)
            return (ErrorCode.BadRequest, "ifVersion and baseVersion are not negative.");

        if (m.TimeUnixMs is < -Limits.IntegerMax or > Limits.IntegerMax)
            return (ErrorCode.BadRequest, $"time is expected in Unix milliseconds, {-Limits.IntegerMax} to {Limits.IntegerMax}; {m.TimeUnixMs} came.");

        if (m.Operation == MutationOperation.Delete)
            return null;

        if (m.Value.IsEmpty)
            return (ErrorCode.BadRequest, $"{MutationOperations.NameOf(m.Operation)} expects a value; none came.");

        var depth = CompactJson.DepthOf(m.Value.Span);
        return depth > limits.DepthMax
            ? (ErrorCode.BadRequest, $"The value is {depth} levels deep; {limits.DepthMax} are the most.")
            : null;
    }

    /// <summary>Half a surrogate pair is no text: it would not come back from the log as it was.</summary>
    private static bool IsText(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;

            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;

            i++;
        }

        return true;
    }
}
