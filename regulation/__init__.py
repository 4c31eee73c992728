"""The law: articles, calendar, terms. Pure: standard library only, no clock, no network, no store.

Source: 淄博12345政务服务便民热线运行管理办法(试行), 2021-02-04, read as docs/interpretations.md says.
"""
