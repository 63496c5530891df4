"""Numbers of quality assurance: arrays and structs in, arrays and structs out; knows no database and no web.

| measure | function | source |
| --- | --- | --- |
| half-up rounding, exact | rounding.half_up, half_up_ratio, hundredths | written out here |
| KPI value to points: curve, bands | kpis.points, points_column | written out here, rational arithmetic |
| weighted scorecard, missing rule, gates | scorecards.score_cards, effective_weights | OECD/JRC 2008; COINr |
| variance of agents, monitors, noise (REML) | severity.fit_severity | Bates et al. 2015; Henderson 1975 |
| shrunk level (水平估计) with interval | severity.fit_severity().agents | Henderson 1975; Gelman 2006 |
| severity-corrected unshrunk mean (本月得分) | adjusted.adjusted_means | Giesbrecht & Burns 1985 |
| leniency of each monitor | leniency.monitor_leniency | generalised least squares; Giesbrecht & Burns 1985 |
| whether all can be compared | graphs.connected_parts | Searle 1971 |
| share and difference of shares | proportions.wilson, newcombe_difference | Wilson 1927; Newcombe 1998 |
| mean with t interval | means.mean_interval, mean_from_sums | Student 1908; Hajek 1971 |
| stratified mean of a finite population | means.stratified_mean | Cochran 1977; R survey |
| percent agreement, AC1 | agreement.percent_agreement, gwet_ac1 | Gwet 2008, 2014 |
| Krippendorff's alpha | krippendorff.krippendorff_alpha | Krippendorff 2011 |
| ICC(2,1) | icc.icc_2_1 | Shrout & Fleiss 1979; McGraw & Wong 1996 |
| robust z against peers and own past | features.robust_z, features | Iglewicz & Hoaglin 1993 |
| unusual patterns | flags.find_unusual, detectors.Ensemble | scikit-learn; Vovk & Wang 2020 |
| conformal p-value | conformal.conformal_p_values | Bates, Candes et al. 2023 |

Undefined results carry a state of `scoring.states`; refusals are `scoring.errors.InputError` with both sentences.
Written here rather than taken from a library: the crossed REML fit, its Satterthwaite intervals and AC1, because no
library of the lock file has them. Behind `severity` stand `designs`, `crossed`, `reml` and `variance_uncertainty`.
`severity`.
"""
