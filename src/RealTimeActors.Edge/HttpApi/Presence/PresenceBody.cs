using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using RealTimeActors.Engine.Presence;

namespace RealTimeActors.Edge.HttpApi.Presence;

/// <summary><c>{"count","items":[{"session","user","state"}],"next"}</c>. States stand in it byte for byte.</summary>
internal static class PresenceBody
{
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static ReadOnlyMemory<byte> Of(PresenceReply.Page page)
    {
        var to = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(to, _options))
        {
            json.WriteStartObject();
            json.WriteNumber("count", page.Count);
            json.WriteStartArray("items");
            foreach (var member in page.Members)
            {
                json.WriteStartObject();
                json.WriteString("session", member.Session);
                if (member.User is not null)
                    json.WriteString("user", member.User);

                json.WritePropertyName("state");
                json.WriteRawValue(member.State.Span, skipInputValidation: true);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("next", page.NextKey);
            json.WriteEndObject();
        }

        return to.WrittenMemory;
    }
}
