using Microsoft.Extensions.Configuration;

namespace RealTimeActors.Hocon.Configuration;

/// <summary>The values of a HOCON configuration, which also know where they were written.</summary>
internal class HoconConfigurationProvider : ConfigurationProvider
{
    private Dictionary<string, HoconOrigin> _origins = [];

    internal HoconConfigurationProvider()
    {
    }

    internal HoconConfigurationProvider(HoconObject values) => Show(values);

    /// <summary>Where a key, or the first key below it, was written.</summary>
    internal HoconOrigin? OriginOf(string key)
    {
        if (_origins.TryGetValue(key, out var origin))
            return origin;

        var below = _origins.Keys.Where(other => other.StartsWith(key + ConfigurationPath.KeyDelimiter, StringComparison.OrdinalIgnoreCase)).ToList();
        return below.Count == 0 ? null : below.Select(other => _origins[other]).MinBy(other => (other.Line, other.Column));
    }

    private protected void Show(HoconObject values)
    {
        var data = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var origins = new Dictionary<string, HoconOrigin>(StringComparer.OrdinalIgnoreCase);
        Flatten("", values);
        (Data, _origins) = (data, origins);

        void Flatten(string path, HoconValue value)
        {
            switch (value)
            {
                case HoconObject { Count: > 0 } inner:
                    foreach (var (key, member) in inner)
                        Flatten(path.Length == 0 ? key : ConfigurationPath.Combine(path, key), member);
                    break;
                case HoconArray { Count: > 0 } array:
                    for (var i = 0; i < array.Count; i++)
                        Flatten(ConfigurationPath.Combine(path, i.ToString(System.Globalization.CultureInfo.InvariantCulture)), array[i]);
                    break;
                case var _ when path.Length == 0:
                    break;
                default:
                    // There one of them would be lost without a word.
                    if (!origins.TryAdd(path, value.Origin))
                        throw new HoconException(value.Origin, $"expected keys that a configuration can tell apart, found {path.Replace(ConfigurationPath.KeyDelimiter, ".", StringComparison.Ordinal)}, which is the one of {origins[path]} but for upper and lower case, or a colon for a dot");

                    // Null, an empty object and an empty list are a key without a value: it is there, so that whoever looks for unknown keys finds a mistyped one.
                    data[path] = value is HoconScalar { Kind: not HoconKind.Null } scalar ? scalar.Text : null;
                    break;
            }
        }
    }
}
