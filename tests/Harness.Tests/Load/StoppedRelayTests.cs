using System.Diagnostics;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Running;
using CoralMux.Harness.Profiles.Pairs.Load;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Tests.Load;

/// <summary>The proof that a stall is not hidden: what a closed-loop tool would report stands beside what the users felt.</summary>
public sealed class StoppedRelayTests
{
    [Fact]
    public async Task OpenLoop_RelayStoppedForTwoSeconds_ResponseTimeShowsItAndServiceTimeDoesNot()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SIGSTOP is sent with kill(1).");
        const string free = "1000000000000";
        var settings = new RelaySettings(new Dictionary<string, string>
        {
            ["ratePhonePerMinute"] = "100000000", ["dailyQuotaBytes"] = free, ["monthlyQuotaBytes"] = free, ["idleTimeoutMs"] = "60000",
        });
        await using var relay = await ChildRelay.LaunchAsync(TestContext.Current.CancellationToken, settings);
        using var target = Target.Create(relay.Description);
        var profile = new LoadProfile
        {
            Name = "stopped",
            Title = "Stopped",
            Scenarios =
            [
                new ScenarioProfile
                {
                    Name = "chat", Pairs = 4, Messages = new MessageProfile { Flow = "phone-to-agent" },
                    LoadSimulations = [new LoadSimulation(SimulationKind.Constant, 12_000) { Rate = 100 }],
                },
            ],
        };
        var stopper = new Stopper(relay.ProcessId, atSecond: 4, TimeSpan.FromSeconds(2));

        var options = new LoadRunOptions(profile, target, null, relay.ProcessId) { Observers = [stopper] };
        var report = await new LoadRun(options, new PairsLoadDriver(), TimeProvider.System).RunAsync(TestContext.Current.CancellationToken);

        await stopper.Done;
        var response = Assert.Single(report.Metrics, metric => metric is { Family: Family.OneWay, Kind: Measure.Response });
        var service = Assert.Single(report.Metrics, metric => metric is { Family: Family.OneWay, Kind: Measure.Service });
        Assert.True(response.P99Us >= 1_500_000, $"response p99 was {response.P99Us / 1000} ms");
        Assert.True(service.P99Us < 500_000, $"service p99 was {service.P99Us / 1000} ms");
        Assert.Equal(report.Totals.Offered, report.Totals.Delivered);
        Assert.All(report.Invariants, one => Assert.Equal(0, one.Violations));
    }

    private sealed class Stopper(int process, int atSecond, TimeSpan length) : ILoadObserver
    {
        private int _points;

        public Task Done { get; private set; } = Task.CompletedTask;

        public void Began(LoadProfile profile, LoadTarget target)
        {
        }

        public void Point(LoadPoint point)
        {
            if (point.AtS >= 0 && ++_points == atSecond)
                Done = StopAsync();
        }

        private async Task StopAsync()
        {
            await SignalAsync("-STOP");
            await Task.Delay(length);
            await SignalAsync("-CONT");
        }

        private async Task SignalAsync(string signal)
        {
            using var kill = Process.Start("kill", [signal, process.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }
    }
}
