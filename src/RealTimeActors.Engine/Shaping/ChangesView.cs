using System.Text;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Engine.Shaping;

/// <summary>A channel's events as the changes of its state that they are; with <c>fields</c>, of some top-level fields of the values. What changes nothing is not to be seen.</summary>
internal sealed class ChangesView(WireFormat format, IReadOnlyList<string> fields, PlantedBug bug) : EventView(format)
{
    private readonly ReadOnlyMemory<byte>[] _fields = [.. fields.Select(field => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(field))];

    /// <summary>What this view is found by, among those of events, too.</summary>
    internal static string KeyOf(WireFormat format, IReadOnlyList<string> fields) => $"changes:{FieldsView.KeyOf(format, fields)}";

    /// <summary>What is wanted of a value.</summary>
    internal ReadOnlyMemory<byte> Select(ReadOnlyMemory<byte> value) => _fields.Length == 0 ? value : JsonFields.Select(value, _fields);

    internal override ServerFrame? FrameOf(ChannelEvent e)
    {
        if (e.Type != ServerTypes.State || (bug == PlantedBug.ChangeLost && e.Offset % 7 == 0))
            return null;

        try
        {
            return StateChange.Of(e, _fields);
        }
        catch (InvalidDataException)
        {
            // Of a time when anybody could publish an event of this type: it is in no state, and so it is no change.
            return null;
        }
    }

    protected override EncodedEvents Encode(IReadOnlyList<ChannelEvent> events) => EncodedEvents.Encode(Format, [.. events.Select(FrameOf)]);
}
