using System.Text.Json;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.HttpApi.Publishing;

/// <summary>Reads <c>{"channels":[…], …event}</c>.</summary>
internal static class BroadcastReader
{
    private const string Which = "The event";

    /// <exception cref="RefusedException">It cannot be taken.</exception>
    internal static Broadcast Read(ReadOnlySpan<byte> body, EdgeOptions options)
    {
        var json = JsonFields.Check(body);
        var (channels, bytes) = ReadChannels(json, options);
        var reader = JsonFields.Open(json);
        return new Broadcast(channels, EventReader.ReadEvent(ref reader, json, Which, options, bytes));
    }

    private static (List<ChannelName> Channels, long Bytes) ReadChannels(byte[] json, EdgeOptions options)
    {
        var reader = JsonFields.OpenObject(json, "An object with channels, type and data");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isChannels = reader.ValueTextEquals("channels"u8);
            reader.Read();
            if (!isChannels)
            {
                reader.Skip();
                continue;
            }

            var start = reader.TokenStartIndex;
            return (ReadNames(ref reader, options), reader.BytesConsumed - start);
        }

        throw new RefusedException(ErrorCode.BadRequest, $"{Which} has no channels; an array of names is required.");
    }

    private static List<ChannelName> ReadNames(ref Utf8JsonReader reader, EdgeOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new RefusedException(ErrorCode.BadRequest, "channels is expected to be an array of names.");

        var channels = new List<ChannelName>();
        var seen = new HashSet<ChannelName>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (channels.Count == options.BroadcastChannelsMax)
                throw new RefusedException(ErrorCode.TooLarge, $"A broadcast goes to at most {options.BroadcastChannelsMax} channels.");

            if (!ChannelName.TryParse(JsonFields.Text(ref reader, Which, "each of channels"), out var channel, out var error))
                throw new RefusedException(ErrorCode.BadRequest, $"Channel {channels.Count + 1} of the list: {error}");

            if (!seen.Add(channel))
                throw new RefusedException(ErrorCode.BadRequest, $"Each channel is expected once; '{channel}' is channel {channels.IndexOf(channel) + 1} and {channels.Count + 1} of the list.");

            channels.Add(channel);
        }

        return channels.Count > 0 ? channels : throw new RefusedException(ErrorCode.BadRequest, "At least one channel is expected; the list is empty.");
    }
}
