using System.Text;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Tests.Protocol;

namespace CoralMux.Harness.Tests.Load;

public sealed class LoadReportFileTests
{
    [Theory]
    [InlineData("pass")]
    [InlineData("fail-with-capacity")]
    [InlineData("invalid-run")]
    public void Read_Sample_IsWrittenTheSameAgain(string name)
    {
        var report = LoadReportFile.Read(Repository.At("schemas", "examples", "valid", "load-report", name + ".json"));

        var again = Encoding.UTF8.GetBytes(LoadReportFile.ToText(report));

        Assert.Empty(SchemaCatalog.Load(Repository.Suite).Validate("load-report", again));
        Assert.True(Newtonsoft.Json.Linq.JToken.DeepEquals(
            Newtonsoft.Json.Linq.JToken.Parse(File.ReadAllText(Repository.At("schemas", "examples", "valid", "load-report", name + ".json")))["metrics"],
            Newtonsoft.Json.Linq.JToken.Parse(Encoding.UTF8.GetString(again))["metrics"]));
    }

    /// <summary>The sample's histograms were written by another program than ours.</summary>
    [Fact]
    public void Decode_HistogramsOfTheSample_SayWhatTheSampleSays()
    {
        var report = LoadReportFile.Read(Repository.At("schemas", "examples", "valid", "load-report", "pass.json"));
        Assert.All(report.Metrics, metric =>
        {
            var histogram = HistogramCodec.Decode(metric.Histogram);
            Assert.Equal(metric.Count, histogram.TotalCount);
            Assert.Equal((metric.P50Us, metric.P99Us, metric.P999Us), (histogram.ValueAt(50), histogram.ValueAt(99), histogram.ValueAt(99.9)));
            var summary = histogram.Summarise();
            Assert.Equal((metric.MinUs, metric.MaxUs), (summary.Min, summary.Max));
            Assert.Equal(metric.MeanUs, summary.Mean, 0.1);
        });
    }
}
