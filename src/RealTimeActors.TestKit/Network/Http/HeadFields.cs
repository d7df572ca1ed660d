using System.Globalization;
using RealTimeActors.Engine.Relays;

namespace RealTimeActors.TestKit.Network.Http;

/// <summary>How an answer begins, on its way from node to node.</summary>
internal static class HeadFields
{
    private const string Next = "Realtime-Next";
    private const string CloseCode = "closeCode";

    internal static RelayedHead Of(HttpHead head)
    {
        var fields = new List<RelayedField>();
        if (head.Next is { } next)
            fields.Add(new RelayedField(Next, next));

        if (head.CloseCode is { } code)
            fields.Add(new RelayedField(CloseCode, code.ToString(CultureInfo.InvariantCulture)));

        return new RelayedHead(head.Status, fields);
    }

    internal static HttpHead Of(RelayedHead head) =>
        new(head.Status, Find(head, Next), Find(head, CloseCode) is { } code ? int.Parse(code, CultureInfo.InvariantCulture) : null);

    private static string? Find(RelayedHead head, string name) => head.Fields.FirstOrDefault(field => field.Name == name)?.Value;
}
