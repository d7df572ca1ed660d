using Microsoft.Extensions.Configuration;

namespace RealTimeActors.Hocon.Configuration;

/// <summary>Values that are known when the configuration is built.</summary>
internal sealed class HoconValuesSource(HoconObject values) : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new HoconConfigurationProvider(values);
}
