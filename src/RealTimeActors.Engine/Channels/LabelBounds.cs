using System.Text;

namespace RealTimeActors.Engine.Channels;

/// <summary>
/// How long the texts beside the data may be. A frame is bounded as it comes; but a text can become six times as long in another encoding (<c>\u0001</c>), and every subscriber has to be able to take it.
/// </summary>
internal static class LabelBounds
{
    /// <summary>Bytes of UTF-8 of each text.</summary>
    internal const int BytesMax = 1_024;

    /// <summary>The text that is too long, said in words; null: none is.</summary>
    internal static string? FaultOf(Publication publication) =>
        FaultOf("type", publication.Type)
        ?? FaultOf("key", publication.Key)
        ?? FaultOf("messageId", publication.MessageId)
        ?? FaultOf("source", publication.Source)
        ?? FaultOf("correlationId", publication.CorrelationId)
        ?? FaultOf("producer id", publication.ProducerId);

    private static string? FaultOf(string name, string? text)
    {
        // At most three bytes per char: the usual text is not looked at.
        if (text is null || text.Length * 3 <= BytesMax)
            return null;

        var bytes = Encoding.UTF8.GetByteCount(text);
        return bytes <= BytesMax ? null : $"The {name} of an event has at most {BytesMax:N0} bytes, and {bytes:N0} came. What is long belongs into its data.";
    }
}
