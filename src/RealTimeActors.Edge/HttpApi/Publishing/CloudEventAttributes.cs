using System.Globalization;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi.Publishing;

/// <summary>The rules of CloudEvents 1.0 about attributes.</summary>
internal static class CloudEventAttributes
{
    private static readonly string[] _required = ["specversion", "type", "source", "id"];

    /// <summary>Names consist of lower-case letters and digits.</summary>
    internal static void CheckName(string name, string which)
    {
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)))
            throw new RefusedException(ErrorCode.BadRequest, $"{which}: names of CloudEvents' attributes consist of a-z and 0-9; '{name}' came.");
    }

    /// <summary>What is required is there, and what is known is as it should be.</summary>
    internal static void Check(CloudEvent cloudEvent)
    {
        var (which, attributes) = cloudEvent;
        foreach (var name in _required)
        {
            if (string.IsNullOrEmpty(attributes.GetValueOrDefault(name)))
                throw new RefusedException(ErrorCode.BadRequest, $"{which} has no {name}; CloudEvents 1.0 requires specversion, type, source and id.");
        }

        if (attributes["specversion"] != "1.0")
            throw new RefusedException(ErrorCode.BadRequest, $"{which}: specversion 1.0 is expected; '{attributes["specversion"]}' came.");

        if (attributes.TryGetValue("time", out var time) && !IsTime(time))
            throw new RefusedException(ErrorCode.BadRequest, $"{which}: time is expected as RFC 3339 has it, as 2026-11-21T10:00:00Z; '{time}' came.");
    }

    private static bool IsTime(string text) =>
        text.Length >= 20
        && text[10] is 'T' or 't' or ' '
        && (text[^1] is 'Z' or 'z' || text[^6] is '+' or '-')
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
