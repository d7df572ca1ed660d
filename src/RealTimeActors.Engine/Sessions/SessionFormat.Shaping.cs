using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Sessions;

/// <content>What a subscription asked for beyond the four words, behind the fields that every subscription has.</content>
internal static partial class SessionFormat
{
    private static void WriteShaping(PayloadWriter to, SubscriptionOptions options)
    {
        to.Byte(options.Shape is null ? (byte)0 : (byte)1);
        if (options.Shape is { } shape)
        {
            to.Varint(shape.DebounceMs ?? 0);
            to.Varint(shape.DebounceMaxMs ?? 0);
            WriteTexts(to, shape.Immediate);
            to.Text(shape.Conflate);
            to.Varint(shape.BatchMs ?? 0);
            to.Varint(shape.BatchMax ?? 0);
            to.Varint(shape.MaxPerSecond ?? 0);
        }

        to.Varint(options.Filter.Count);
        foreach (var filter in options.Filter)
        {
            to.Text(filter.Attribute);
            WriteTexts(to, filter.Values);
        }

        WriteTexts(to, options.Fields);
    }

    private static SubscriptionOptions ReadShaping(ref PayloadReader from, SubscriptionOptions options)
    {
        var shape = from.Byte() == 0 ? null : new Shape
        {
            DebounceMs = Given(from.Varint()),
            DebounceMaxMs = Given(from.Varint()),
            Immediate = ReadTexts(ref from),
            Conflate = from.Text(),
            BatchMs = Given(from.Varint()),
            BatchMax = Given(from.Varint()),
            MaxPerSecond = Given(from.Varint()),
        };

        var filter = new AttributeFilter[from.Varint()];
        for (var i = 0; i < filter.Length; i++)
            filter[i] = new AttributeFilter(from.Text() ?? "", ReadTexts(ref from));

        return options with { Shape = shape, Filter = filter, Fields = ReadTexts(ref from) };
    }

    /// <summary>0 is the same as not asked for.</summary>
    private static long? Given(long value) => value == 0 ? null : value;

    private static void WriteTexts(PayloadWriter to, IReadOnlyList<string> texts)
    {
        to.Varint(texts.Count);
        foreach (var text in texts)
            to.Text(text);
    }

    private static string[] ReadTexts(ref PayloadReader from)
    {
        var texts = new string[from.Varint()];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = from.Text() ?? "";

        return texts;
    }
}
