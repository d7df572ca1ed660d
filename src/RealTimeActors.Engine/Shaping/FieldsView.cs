using System.Text;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Engine.Shaping;

/// <summary>A channel's events with some top-level fields of their data.</summary>
internal sealed class FieldsView(WireFormat format, IReadOnlyList<string> fields) : EventView(format)
{
    private readonly ReadOnlyMemory<byte>[] _fields = [.. fields.Select(field => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(field))];

    /// <summary>What this view is found by: the same for the same fields in the same order.</summary>
    internal static string KeyOf(WireFormat format, IReadOnlyList<string> fields) =>
        $"{(int)format}:{string.Join(',', fields.Select(field => $"{field.Length}:{field}"))}";

    internal override ServerFrame FrameOf(ChannelEvent e) => new ServerFrame.Event(Select(e));

    protected override EncodedEvents Encode(IReadOnlyList<ChannelEvent> events) => EncodedEvents.Encode(Format, [.. events.Select(Select)]);

    /// <summary>An event in this view; one whose data is no object is seen as it is.</summary>
    /// <summary>The event as this view shows it.</summary>
    internal ChannelEvent Select(ChannelEvent e) => e with { Data = JsonFields.Select(e.Data, _fields) };
}
