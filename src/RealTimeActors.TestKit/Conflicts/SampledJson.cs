using System.Globalization;
using System.Text;
using RealTimeActors.Protocol.Json;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.TestKit.Conflicts;

/// <summary>JSON values by chance, among them those that are asked for.</summary>
internal sealed class SampledJson
{
    private const int DepthMax = 3;

    private readonly Xoshiro256 _chance;
    private readonly IReadOnlyList<string> _values;

    internal SampledJson(Xoshiro256 chance, IReadOnlyList<string> values)
    {
        _chance = chance;
        _values = [.. values.Select(Compact)];
    }

    /// <summary>Of three values two are those that the rule is for, where some are named.</summary>
    internal string Next() => _values.Count > 0 && !_chance.OneIn(3) ? _values[_chance.Below(_values.Count)] : Any(DepthMax);

    private static string Compact(string value) => JsonText.TryCompact(Encoding.UTF8.GetBytes(value), out var compact, out var error)
        ? Encoding.UTF8.GetString(compact)
        : throw new ArgumentException($"Values for a rule are JSON; '{value}' is not: {error}");

    private string Any(int depth) => _chance.Below(depth == 0 ? 6 : 9) switch
    {
        0 => "null",
        1 => _chance.OneIn(2) ? "true" : "false",
        2 => _chance.Below(10).ToString(CultureInfo.InvariantCulture),
        3 => _chance.OneIn(2) ? "-1.50" : "1e400",
        4 => "\"\"",
        5 => _chance.OneIn(2) ? "\"text\"" : "\"\\ud834\\udd1e\\n\"",
        6 => $"[{string.Join(',', Enumerable.Range(0, _chance.Below(3)).Select(_ => Any(depth - 1)))}]",
        _ => "{" + string.Join(',', Enumerable.Range(0, _chance.Below(3)).Select(i => $"\"{(char)('a' + i)}\":{Any(depth - 1)}")) + "}",
    };
}
