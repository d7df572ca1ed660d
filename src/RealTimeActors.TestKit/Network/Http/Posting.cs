using System.Buffers;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.TestKit.Network.Http;

/// <summary>Frames that go up together, and the answers to them as they come.</summary>
internal sealed class Posting(SimulatedExchange exchange, IReadOnlyList<ClientFrame> frames)
{
    private readonly List<byte> _half = [];

    internal SimulatedExchange Exchange => exchange;

    internal bool IsGreeting => frames[0] is ClientFrame.Hello;

    internal bool IsTaken { get; set; }

    /// <summary>Ids whose answers have not come. Of a publish that nobody confirms nothing is heard, and of a bye the close that follows it.</summary>
    internal SortedSet<long> Unanswered { get; } =
        [.. frames.Where(frame => frame.Id > 0 && frame is not (ClientFrame.Bye or ClientFrame.Publish { Confirm: Confirm.None })).Select(frame => frame.Id)];

    internal byte[] Body()
    {
        var body = new ArrayBufferWriter<byte>(512);
        foreach (var frame in frames)
            FrameCodecs.Json.Encode(frame, body);

        return body.WrittenSpan.ToArray();
    }

    /// <summary>Takes bytes of the answer; hands over each answer that is complete with them.</summary>
    internal void Take(ReadOnlySpan<byte> bytes, Action<ServerFrame> onAnswer)
    {
        _half.AddRange(bytes);
        var end = _half.LastIndexOf((byte)'\n') + 1;
        if (end == 0)
            return;

        var answers = new List<ServerFrame>();
        if (!FrameCodecs.Json.TryDecodeServer([.. _half[..end]], answers))
            throw new InvalidDataException("The server answered what the codec cannot divide into frames.");

        _half.RemoveRange(0, end);
        foreach (var answer in answers)
        {
            Unanswered.Remove(answer.Id);
            onAnswer(answer);
        }
    }
}
